import type { Operation } from '../../../shared/operation';
import { json, jsonObject } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { dify } from '../../transport/dify';
import { simplified, simplifyOption } from '../simplify';

const SIMPLE = ['title', 'description', 'icon_type', 'icon', 'icon_url', 'default_language'];

/** GET /site. */
export const getSite: Operation = {
	name: 'Get Site',
	action: 'Get app site',
	description: 'Get the settings of the web page of the app',
	fields: [optionsField(simplifyOption)],
	execute: async (item) => {
		const site = jsonObject(await dify(item).get('/site'));
		return json(simplified(site, item.options, SIMPLE));
	},
};
