import type { CybertronContext } from '../cybertronSuite';
import { assert, assertShape } from '../shapes';

/** Creates a session, and reads the one of the dialogs. */
export async function sessions(context: CybertronContext): Promise<void> {
	const { session, robot, settings, segmentCode } = context;
	await session.check('Session > Create', async () => {
		assertShape(await robot.one('session.create'), { segment_code: 'string' });
	});
	await session.check('Session > Get Many', async () => {
		const filters = { segmentCodes: segmentCode };
		const { json } = await robot.run('session.getAll', { returnAll: true, filters });
		const codes = json.map((item) => item.segment_code);
		assert(codes.includes(segmentCode), `the session is not among ${codes.length} items`);
	});
	await session.check('Session > Get Messages', async () => {
		const { json } = await robot.run('session.getMessages', { segmentCode, returnAll: true });
		const questions = json.map(({ question }) => question);
		assert(questions.includes(settings.question), 'the question is not listed');
	});
}
