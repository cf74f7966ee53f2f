import type { Problem } from '../../shared/errors';

const SYSTEM_EXCEPTION = /(?:系统异常|System exception)\s*[(（](\d{3,})[)）]/i;
const RISK = '涉及到风险';
const BUSY = /^\s*The system is busy, please try again later/i;
const WRONG_KEY =
	/robot (?:does not|doesn't|not) exist|机器人不存在|unauthori[sz]ed|authentication/i;
/** Error texts are short; a long answer that quotes one is an answer. */
const LONGEST_ERROR_TEXT = 300;

/**
 * The failure that an answer's text stands for, when it is one: the servers send some errors inside
 * success frames (facts 3.14, T24).
 */
export function failureInText(text: string): Problem | undefined {
	if (text.length > LONGEST_ERROR_TEXT) return undefined;
	const exception = SYSTEM_EXCEPTION.exec(text);
	if (exception) {
		return {
			message: `Cybertron reported system exception ${exception[1]}`,
			description: 'Try again later. If it stays, check the robot in AgentStudio',
			details: { code: String(exception[1]), message: text },
		};
	}
	if (text.includes(RISK)) {
		return {
			message: 'Cybertron blocked the message: its risk control objected to the content',
			description: 'Rephrase the question, or adjust the risk rules of the robot in AgentStudio',
			details: { code: 'blocked', message: text, blocked: true },
		};
	}
	if (BUSY.test(text)) {
		return {
			message: 'Cybertron is busy',
			description:
				'Try again later, for example with Retry On Fail. Some robots answer over WebSocket while HTTP stays busy: see the Transport option of Dialog',
			details: { code: 'busy', message: text, retryable: true },
			failure: { cause: 'temporarily-unavailable' },
		};
	}
	return undefined;
}

/** What stands in the place of a message and says nothing. */
const EMPTY_MESSAGE = /^\s*(?:success|error|fail(?:ed|ure)?)?\s*$/i;

/** What a failed frame says, in its message or else in its data: the message may be "success" all the same. */
export function failureText(message: string, inData: string): string {
	return EMPTY_MESSAGE.test(message) ? inData || message.replace(/^success$/i, '') : message;
}

/** The failure that a code other than `000000` stands for (facts 3.8, 3.14). */
export function failureOfCode(code: string, message: string): Problem {
	const details = { code, message };
	if (WRONG_KEY.test(message)) {
		return {
			message: 'Cybertron does not know this robot',
			description:
				'Check robot key and token in the credential, and that the robot is published for API calls',
			details,
			failure: { cause: 'credential-invalid' },
		};
	}
	const inText = failureInText(message);
	if (inText) return { ...inText, details: { ...inText.details, code } };
	const onServer = /^0*5/.test(code);
	return {
		message: `Cybertron answered with code ${code}${message ? `: ${message}` : ''}`,
		description: onServer
			? 'The server could not do it; try again later'
			: 'Check the values of this node. Wrong credentials are reported like this as well: check robot key and token',
		details: onServer ? { ...details, retryable: true } : details,
		...(onServer ? { failure: { cause: 'temporarily-unavailable' as const } } : {}),
	};
}
