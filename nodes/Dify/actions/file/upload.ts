import type { INodeProperties } from 'n8n-workflow';

import { inputDataField } from '../../../shared/fields';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { uploadFile } from '../../transport/upload';
import { userField } from '../fields';
import { simplified, simplifyOption } from '../simplify';

const sameUserNotice: INodeProperties = {
	displayName:
		'Only chat messages of the same User can use the file: enter the same User in Chat > Send.',
	name: 'sameUserNotice',
	type: 'notice',
	default: '',
};

const SIMPLE = ['id', 'name', 'size', 'extension', 'mime_type', 'created_by', 'created_at'];

/** POST /files/upload. */
export const upload: Operation = {
	name: 'Upload',
	action: 'Upload file',
	description: 'Upload a file to send along with messages',
	fields: [inputDataField, userField, sameUserNotice, optionsField(simplifyOption)],
	execute: async (item) => {
		const field = item.id('binaryPropertyName');
		const uploaded = await uploadFile(item, { field, user: item.text('user') });
		return json(simplified(uploaded, item.options, SIMPLE));
	},
};
