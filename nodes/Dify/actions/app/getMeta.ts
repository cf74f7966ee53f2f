import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { dify } from '../../transport/dify';

/** GET /meta. */
export const getMeta: Operation = {
	name: 'Get Meta',
	action: 'Get app meta',
	description: 'Get the icons of the tools that the app uses',
	fields: [optionsField()],
	execute: async (item) => json(await dify(item).get('/meta')),
};
