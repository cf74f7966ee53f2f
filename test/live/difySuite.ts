import { annotations } from './areas/annotations';
import { app } from './areas/app';
import { audio } from './areas/audio';
import { chat, type Answered } from './areas/chat';
import { conversations } from './areas/conversations';
import { feedback } from './areas/feedback';
import { chunks } from './areas/chunks';
import { documents } from './areas/documents';
import { files } from './areas/files';
import { humanInput } from './areas/humanInput';
import { inputs } from './areas/inputs';
import { knowledgeBases } from './areas/knowledgeBases';
import { many } from './areas/many';
import { metadata } from './areas/metadata';
import { otherApps } from './areas/otherApps';
import { pipelines } from './areas/pipelines';
import { sync } from './areas/sync';
import { tags } from './areas/tags';
import { variables } from './areas/variables';
import { workflowRuns } from './areas/workflowRuns';
import { DifyApp } from './difyApp';
import { DifyKnowledge } from './difyKnowledge';
import { DifyServer } from './difyServer';
import { say } from '../demo/print';
import type { Fact, Session } from './session';
import type { DifySettings } from './settings';

/** What the areas share. */
export interface DifyContext {
	session: Session;
	server: DifyServer;
	settings: DifySettings;
	/** The Chatflow app of DIFY_API_KEY. */
	main: DifyApp;
	/** The first answer of the main app. */
	answered: Fact<Answered>;
	/** Missing without DIFY_KNOWLEDGE_API_KEY. */
	knowledge?: DifyKnowledge;
}

type Area = (context: DifyContext) => Promise<void>;

const AREAS: Record<string, Area> = {
	app,
	files,
	conversations,
	variables,
	feedback,
	audio,
	annotations,
	workflowRuns,
	inputs,
	humanInput,
	otherApps,
	many,
};

/** What needs a key of the workspace. */
const KNOWLEDGE_AREAS: Record<string, Area> = {
	knowledgeBases,
	documents,
	chunks,
	metadata,
	tags,
	sync,
	pipelines,
};

const KNOWLEDGE_RESOURCES = [
	'Knowledge Base',
	'Document',
	'Chunk',
	'Metadata Field',
	'Tag',
	'Model',
	'Pipeline',
];

/** Every operation of the Dify node that the keys allow. Gives the title of its table. */
export async function difySuite(
	session: Session,
	settings: DifySettings,
	only: string,
): Promise<string> {
	const reached = await session.check('Dify is reached', async () => {
		return await DifyServer.at(settings.baseUrl);
	});
	const server = reached.orUndefined();
	if (!server) return `Dify at ${settings.baseUrl}`;
	const title = `Dify ${server.version ?? 'of unknown version'} at ${server.root}`;
	announce(title, session.user, settings);
	const main = new DifyApp(session, server, settings.apiKey);
	// What the other areas build on.
	const answered = await chat({ session, server, settings, main });
	const { knowledgeKey } = settings;
	const knowledge = knowledgeKey ? new DifyKnowledge(session, server, knowledgeKey) : undefined;
	for (const [name, area] of Object.entries({ ...AREAS, ...(knowledge && KNOWLEDGE_AREAS) })) {
		if (name.includes(only)) await area({ session, server, settings, main, answered, knowledge });
	}
	if (!knowledge) {
		const why = 'set DIFY_KNOWLEDGE_API_KEY to a knowledge key (dataset-…)';
		session.notPossible(why, ...KNOWLEDGE_RESOURCES);
	}
	session.stays.push(
		`the end users whose names begin with ${session.user}, their files, and their runs in Dify's logs`,
	);
	return title;
}

function announce(title: string, user: string, settings: DifySettings): void {
	const { workflowKey, humanKey, knowledgeKey, embeddingModel, many: count } = settings;
	say(`${title}. This will create, under the user ${user}:`);
	say('- about 25 messages in about 12 conversations, which are deleted at the end');
	say('- an annotation, which is deleted at the end; a rating, which is revoked');
	say('- some small uploaded files, which Dify does not let anyone delete');
	if (embeddingModel) say('- the annotation reply is turned on for some seconds, then off again');
	if (workflowKey) say('- a run of the Workflow app, which stays in its log');
	if (knowledgeKey)
		say(
			'- four knowledge bases with small documents, and a tag, which are deleted at the end (the tag if Dify tells its ID)',
		);
	if (humanKey) say('- a run that asks a human; its form is submitted');
	if (count > 0)
		say(`- ${2 * count + 1} messages in ${count + 1} conversations, deleted at the end`);
	say('');
}
