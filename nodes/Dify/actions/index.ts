import type { Resources } from '../../shared/operation';
import { annotation } from './annotation';
import { app } from './app';
import { audio } from './audio';
import { chat } from './chat';
import { chunk } from './chunk';
import { completion } from './completion';
import { conversation } from './conversation';
import { document } from './document';
import { endUser } from './endUser';
import { feedback } from './feedback';
import { file } from './file';
import { humanInput } from './humanInput';
import { knowledgeBase } from './knowledgeBase';
import { metadataField } from './metadataField';
import { model } from './model';
import { pipeline } from './pipeline';
import { tag } from './tag';
import { workflow } from './workflow';
import { workflowRun } from './workflowRun';

export const resources: Resources = {
	annotation,
	app,
	audio,
	chat,
	chunk,
	completion,
	conversation,
	document,
	endUser,
	feedback,
	file,
	humanInput,
	knowledgeBase,
	metadataField,
	model,
	pipeline,
	tag,
	workflow,
	workflowRun,
};
