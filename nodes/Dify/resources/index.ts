import type { INodeProperties } from 'n8n-workflow';

import * as annotation from './annotation';
import * as app from './app';
import * as audio from './audio';
import * as chat from './chat';
import * as conversation from './conversation';
import * as endUser from './endUser';
import * as feedback from './feedback';
import * as file from './file';
import * as humanInput from './humanInput';
import * as workflowRun from './workflowRun';

const resources = {
	annotation,
	app,
	audio,
	chat,
	conversation,
	endUser,
	feedback,
	file,
	humanInput,
	workflowRun,
};

export const operations = Object.fromEntries(
	Object.entries(resources).map(([name, resource]) => [name, resource.operations]),
);

export const description: INodeProperties[] = Object.values(resources).flatMap(
	(resource) => resource.description,
);
