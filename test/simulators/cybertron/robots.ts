import type { IncomingHttpHeaders } from 'node:http';
import { asText, type JsonObject } from './steps';

/** A published robot: who may talk to it and what it does without being asked for a flow. */
export interface RobotConfig {
	/** As handed out by the platform, URL-encoded; the decoded spelling is accepted as well. */
	key: string;
	token: string;
	/** Accounts that may use it; any non-empty name when missing. */
	usernames?: string[];
	/** The flow it starts when a message names none. */
	defaultFlow?: string;
	/** Tenants known to the vendor; any when missing. */
	tenants?: string[];
	/** HTTP dialogs always answer "busy" while the WebSocket works. */
	httpBusy?: boolean;
}

export interface Credentials {
	key: string;
	token: string;
	username: string;
}

/** Twenty bytes whose Base64 text holds `+`, `/` and `=`, URL-encoded as it is handed out. */
const DEFAULT_ROBOT_KEY = encodeURIComponent('c2ltdWxhdG9yLWtleT+/MDAwMDE=');
/** A millisecond timestamp, a line break and another Base64 text, in Base64. */
const DEFAULT_ROBOT_TOKEN = Buffer.from(
	`1704028800000\n${Buffer.from('simulator-token').toString('base64')}`,
).toString('base64');
export const DEFAULT_USERNAME = 'me@host.example';

export const defaultRobot = (): RobotConfig => ({
	key: DEFAULT_ROBOT_KEY,
	token: DEFAULT_ROBOT_TOKEN,
});

/** Credentials from the three headers. */
export function headerCredentials(headers: IncomingHttpHeaders): Credentials {
	return {
		key: asText(headers['cybertron-robot-key']),
		token: asText(headers['cybertron-robot-token']),
		username: asText(headers.username),
	};
}

/** Credentials from a body, hyphens or underscores. */
export function bodyCredentials(body: JsonObject): Credentials {
	return {
		key: asText(body['cybertron-robot-key'] ?? body.cybertron_robot_key),
		token: asText(body['cybertron-robot-token'] ?? body.cybertron_robot_token),
		username: asText(body.username),
	};
}

/** The first non-empty value of every field. */
export function firstOf(...all: Credentials[]): Credentials {
	const first = (field: keyof Credentials) =>
		all.map((credentials) => credentials[field]).find((value) => value !== '') ?? '';
	return { key: first('key'), token: first('token'), username: first('username') };
}

function decoded(value: string): string {
	try {
		return decodeURIComponent(value);
	} catch {
		return value;
	}
}

/** Both spellings are the same; blanks or a second URL-encoding make another value. */
function matches(given: string, expected: string): boolean {
	return decoded(given) === decoded(expected);
}

/** The robot that the credentials open, or the code and message of the refusal. */
export function authenticate(
	robots: readonly RobotConfig[],
	{ key, token, username }: Credentials,
): RobotConfig | { code: string; message: string } {
	const robot = robots.find((one) => matches(key, one.key) && matches(token, one.token));
	if (!robot) return { code: '400000', message: 'Robot does not exist or the key is wrong' };
	if (!username) return { code: '400000', message: 'username is required' };
	if (robot.usernames && !robot.usernames.includes(username)) {
		return { code: '400000', message: 'User does not exist' };
	}
	return robot;
}
