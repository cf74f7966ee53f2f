import { randomUUID } from 'node:crypto';

import { say } from '../demo/print';
import { chatflows } from './areas/chatflows';
import { dialogs } from './areas/dialogs';
import { offlineFiles } from './areas/offlineFiles';
import { sessions } from './areas/sessions';
import { uploads } from './areas/uploads';
import { NodeRunner } from './nodeRunner';
import type { Session } from './session';
import type { CybertronSettings } from './settings';

/** What the areas share. */
export interface CybertronContext {
	session: Session;
	settings: CybertronSettings;
	robot: NodeRunner;
	/** The session (segment code) in which the dialogs of this run take place. */
	segmentCode: string;
}

const AREAS = { dialogs, sessions, chatflows, uploads, offlineFiles };

/** Every operation of the Cybertron node that the settings allow. Gives the title of its table. */
export async function cybertronSuite(
	session: Session,
	settings: CybertronSettings,
	only: string,
): Promise<string> {
	const title = `Cybertron at ${settings.baseUrl}`;
	const segmentCode = `${session.user}-${randomUUID()}`;
	say(`${title}. This will create, and Cybertron lets nobody delete:`);
	say(`- about ten sessions of the user name, with 15 questions and answers`);
	if (settings.flowUuid && settings.tenant) say('- an offline file, named n8n-live.txt');
	say('');
	const { baseUrl, robotKey, robotToken, username } = settings;
	const robot = new NodeRunner(session, 'cybertron', {
		cybertronApi: { baseUrl, robotKey, robotToken, username, allowUnauthorizedCerts: false },
	});
	for (const [name, area] of Object.entries(AREAS)) {
		if (name.includes(only)) await area({ session, settings, robot, segmentCode });
	}
	session.stays.push('the Cybertron sessions and files of this run');
	return title;
}
