import type { CybertronContext } from '../cybertronSuite';
import { assert, assertShape, CYBERTRON_ANSWER } from '../shapes';

const OPERATIONS = ['Chatflow > Start Upload', 'Chatflow > Submit Upload'] as const;

/** An upload inside a chatflow, without a file: the page that takes files belongs to the robot. */
export async function uploads({ session, robot, settings }: CybertronContext): Promise<void> {
	const { uploadQuestion: question } = settings;
	if (!question) {
		session.notPossible(
			'set CYBERTRON_UPLOAD_QUESTION to what starts an upload in a flow of the robot',
			...OPERATIONS,
		);
		return;
	}
	const started = await session.check(OPERATIONS[0], async () => {
		const item = await robot.one('chatflow.startUpload', { question });
		assertShape(item, { dialog_id: 'string', segment_code: 'string' });
		assertShape(item, { upload_file_categories: 'array', waiting_input: 'boolean' });
		assert(!item.warning, String(item.warning));
		return { segmentCode: String(item.segment_code), dialogId: String(item.dialog_id) };
	});
	await session.check(OPERATIONS[1], async () => {
		assertShape(await robot.one('chatflow.submitUpload', started.get()), CYBERTRON_ANSWER);
	});
}
