import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { dify } from '../../transport/dify';

/** GET /info. */
export const getInfo: Operation = {
	name: 'Get Info',
	action: 'Get app info',
	description: 'Get the name, description, tags and mode of the app',
	fields: [optionsField()],
	execute: async (item) => json(await dify(item).get('/info')),
};
