import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { cybertronApiTest } from '../Cybertron/methods/credentialTest';
import { difyApiTest, difyKnowledgeApiTest } from '../Dify/methods/credentialTest';
import { searchDatasets } from '../Dify/methods/knowledgeSearch';
import { searchConversations } from '../Dify/methods/listSearch';
import { eventFields, eventsWithout } from './events';
import { runPoll } from './poll';

export class ChatflowTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Chatflow Trigger',
		name: 'chatflowTrigger',
		icon: { light: 'file:chatflowTrigger.svg', dark: 'file:chatflowTrigger.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["event"].replace(/([A-Z])/g, " $1").toLowerCase() }}',
		description:
			'Starts the workflow when something happens in a Dify app or a Cybertron (CybotStar, AgentStudio) flow',
		eventTriggerDescription: '',
		activationMessage: 'This workflow now starts whenever the chosen event happens.',
		defaults: { name: 'Chatflow Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		// `hide`, because the editor takes a field that `show` names with all its options for the choice
		// of the authentication, and then shows no Trigger On at all.
		credentials: [
			{
				name: 'cybertronApi',
				required: true,
				testedBy: 'cybertronApiTest',
				displayOptions: { hide: { event: eventsWithout('cybertronApi') } },
			},
			{
				name: 'difyApi',
				required: true,
				testedBy: 'difyApiTest',
				displayOptions: { hide: { event: eventsWithout('difyApi') } },
			},
			{
				name: 'difyKnowledgeApi',
				required: true,
				testedBy: 'difyKnowledgeApiTest',
				displayOptions: { hide: { event: eventsWithout('difyKnowledgeApi') } },
			},
		],
		properties: [
			{
				displayName: 'Trigger On',
				name: 'event',
				type: 'options',
				noDataExpression: true,
				options: [
					{
						name: 'Conversation Message',
						value: 'conversationMessage',
						description: 'A message of a Dify user was answered',
					},
					{
						name: 'Document Indexed',
						value: 'documentIndexed',
						description: 'Dify has indexed a document of a knowledge base, or could not',
					},
					{
						name: 'Feedback',
						value: 'feedback',
						description: 'An answer of a Dify app was rated, or its rating changed',
					},
					{
						name: 'Offline File Status',
						value: 'offlineFileStatus',
						description: 'A file uploaded to a Cybertron flow was parsed or processed',
					},
					{
						name: 'Workflow Log',
						value: 'workflowLog',
						description: 'A run of a Dify Workflow app has ended',
					},
				],
				default: 'feedback',
			},
			...eventFields,
		],
	};

	methods = {
		credentialTest: { cybertronApiTest, difyApiTest, difyKnowledgeApiTest },
		listSearch: { searchConversations, searchDatasets },
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await runPoll(this);
	}
}
