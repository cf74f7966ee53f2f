import type { CybertronContext } from '../cybertronSuite';
import { assert, assertShape } from '../shapes';

const ANSWER = { answer: 'string', dialog_id: ['string', 'null'], segment_code: 'string' } as const;

/** One question over each transport, in one session. */
export async function dialogs(context: CybertronContext): Promise<void> {
	const { session, robot, settings, segmentCode } = context;
	const { question } = settings;
	for (const transport of ['http', 'webSocket']) {
		await session.check(`Dialog > Send, ${transport}`, async () => {
			const options = { transport };
			const item = await robot.one('dialog.send', { question, segmentCode, options });
			assertShape(item, { ...ANSWER, dialog_id: [...ANSWER.dialog_id] });
			assert(item.answer !== '', 'the answer is empty');
		});
	}
}
