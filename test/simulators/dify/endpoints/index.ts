import { Router } from '../router';
import { addAnnotationRoutes } from './annotations';
import { addAppRoutes } from './app';
import { addAudioRoutes } from './audio';
import { addChatRoutes } from './chat';
import { addCompletionRoutes } from './completion';
import { addConversationRoutes } from './conversations';
import { addFileRoutes } from './files';
import { addHumanInputRoutes } from './human-input';
import { addKnowledgeRoutes } from './knowledge';
import { addMessageRoutes } from './messages';
import { addRunRoutes } from './runs';
import { addUserRoutes } from './users';
import { addVariableRoutes } from './variables';
import { addWorkflowRunRoutes } from './workflow-run';

/** Every route of the simulated Service API. */
export const apiRouter = new Router();

for (const addRoutes of [
	addAppRoutes,
	addChatRoutes,
	addCompletionRoutes,
	addFileRoutes,
	addUserRoutes,
	addMessageRoutes,
	addConversationRoutes,
	addVariableRoutes,
	addAudioRoutes,
	addAnnotationRoutes,
	addWorkflowRunRoutes,
	addRunRoutes,
	addHumanInputRoutes,
	addKnowledgeRoutes,
]) {
	addRoutes(apiRouter);
}
