import type { Resources } from '../../shared/operation';
import { chatflow } from './chatflow';
import { dialog } from './dialog';
import { offlineFile } from './offlineFile';
import { session } from './session';

export const resources: Resources = { chatflow, dialog, offlineFile, session };
