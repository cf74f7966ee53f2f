import type { INode } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { ErrorInfo } from '../../../nodes/shared/errors';
import {
	ChatflowError,
	errorItem,
	invalidValue,
	markFailed,
	toNodeError,
} from '../../../nodes/shared/errors';
import { redactor } from '../../../nodes/shared/redact';

const node = { name: 'Dify', type: 'dify', typeVersion: 1 } as INode;

const nodeError = (thrown: unknown, itemIndex?: number) =>
	toNodeError(node, thrown, redactor(['s3cret-key']), itemIndex);
const errorOf = (info: ErrorInfo, itemIndex?: number) =>
	nodeError(new ChatflowError(info), itemIndex);

describe('an error in words', () => {
	it('says what happened and what to do, with the details and the item', () => {
		const info = {
			message: 'The app is not available',
			description: 'Publish it',
			httpCode: '400',
			details: { code: 'app_unavailable' },
			failure: { cause: 'configuration-invalid' as const },
		};
		const error = errorOf(info, 2);
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({
			message: 'The app is not available',
			description: 'Publish it',
			httpCode: '400',
			context: { itemIndex: 2, data: { code: 'app_unavailable' } },
			failure: { cause: 'configuration-invalid' },
		});
	});

	it.each(['404', '429', '500', 'ECONNREFUSED', 'ENOTFOUND'])(
		'keeps our words where n8n has general ones for %s',
		(httpCode) => {
			const error = errorOf({ message: 'Our words', description: 'Do this', httpCode });
			expect(error).toMatchObject({ message: 'Our words', description: 'Do this' });
		},
	);

	it('is that of an operation if the values of the node are wrong', () => {
		const error = nodeError(invalidValue('Query is empty', 'Fill in Query'), 1);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({
			message: 'Query is empty',
			description: 'Fill in Query',
			context: { itemIndex: 1 },
		});
	});

	it('has no secrets', () => {
		const info = {
			message: 'm s3cret-key',
			description: 'd s3cret-key',
			details: { a: ['s3cret-key'] },
		};
		expect(errorOf(info)).toMatchObject({
			message: 'm ***',
			description: 'd ***',
			context: { data: { a: ['***'] } },
		});
		expect(nodeError(new Error('m s3cret-key')).message).toBe('m ***');
	});
});

describe('any thrown value', () => {
	it('becomes an error of its item', () => {
		const error = nodeError(new Error('odd'), 1);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({ message: 'odd', context: { itemIndex: 1 } });
		expect(nodeError('only a text', 0).message).toBe('only a text');
	});

	it('stays itself when it is one already, and keeps its item', () => {
		const error = errorOf({ message: 'x' }, 4);
		expect(nodeError(error, 1)).toBe(error);
		expect(error.context.itemIndex).toBe(4);
		const without = errorOf({ message: 'x' });
		expect(nodeError(without, 1).context.itemIndex).toBe(1);
	});
});

describe('the item of a failure', () => {
	it('has only the keys that the error output knows', () => {
		const info = { message: 'What', description: 'Do', details: { answer: 'so far' } };
		expect(errorItem(errorOf(info, 0), 0)).toEqual({
			json: { error: 'What', message: 'Do', details: { answer: 'so far' } },
			pairedItem: { item: 0 },
		});
	});

	it('carries its error where there is an error output, but no copy does (n8n 1.x)', () => {
		const error = errorOf({ message: 'What', details: { answer: 'so far' } }, 0);
		const item = markFailed(errorItem(error, 0), error);
		expect(item.error).toBe(error);
		expect({ ...item }).toEqual({
			json: { error: 'What', details: { answer: 'so far' } },
			pairedItem: { item: 0 },
		});
	});
});

it('a page is blanked before it is cut, and never ends within a secret', () => {
	for (let before = 480; before < 510; before++) {
		const page = `${'x'.repeat(before)}s3cret-key${'y'.repeat(50)}`;
		const { body } = errorOf({ message: 'm', page }).context.data as { body: string };
		expect(body).not.toContain('s3');
	}
	const cut = `${'s3cret-key'.repeat(200)}s3cret-k`;
	const { body } = errorOf({ message: 'm', page: cut }).context.data as { body: string };
	expect(body).not.toContain('s');
});
