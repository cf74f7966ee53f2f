import type { Resources } from '../../shared/operation';
import { annotation } from './annotation';
import { app } from './app';
import { audio } from './audio';
import { chat } from './chat';
import { completion } from './completion';
import { conversation } from './conversation';
import { document } from './document';
import { endUser } from './endUser';
import { feedback } from './feedback';
import { file } from './file';
import { humanInput } from './humanInput';
import { knowledgeBase } from './knowledgeBase';
import { workflow } from './workflow';
import { workflowRun } from './workflowRun';

export const resources: Resources = {
	annotation,
	app,
	audio,
	chat,
	completion,
	conversation,
	document,
	endUser,
	feedback,
	file,
	humanInput,
	knowledgeBase,
	workflow,
	workflowRun,
};
