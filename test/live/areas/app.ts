import type { DifyContext } from '../difySuite';
import { NodeError, NodeRunner } from '../nodeRunner';
import { NotPossible } from '../session';
import { assertSame, assertShape } from '../shapes';

/** What the app tells about itself. */
export async function app({ session, main, settings }: DifyContext): Promise<void> {
	await session.check('App > Get Info', async () => {
		const info = await main.one('app.getInfo');
		assertShape(info, { name: 'string', description: 'string', tags: 'array' });
	});
	await session.check('App > Get Parameters', async () => {
		assertShape(await main.one('app.getParameters'), {
			user_input_form: 'array',
			file_upload: 'object',
			system_parameters: 'object',
		});
	});
	await session.check('App > Get Meta', async () => {
		assertShape(await main.one('app.getMeta'), { tool_icons: 'object' });
	});
	await session.check('App > Get Site', async () => {
		try {
			assertShape(await main.one('app.getSite'), { title: 'string', default_language: 'string' });
		} catch (error) {
			const forbidden = error instanceof NodeError && error.failure.httpCode === '403';
			if (forbidden) throw new NotPossible('the web page of the app is turned off');
			throw error;
		}
	});
	await session.check('App > Get Info, wrong key: says so', async () => {
		const { baseUrl } = settings;
		const wrong = new NodeRunner(session, 'dify', {
			difyApi: { baseUrl, apiKey: 'app-wrong', allowUnauthorizedCerts: false },
		});
		assertSame((await wrong.error('app.getInfo')).httpCode, '401', 'the HTTP code');
	});
}
