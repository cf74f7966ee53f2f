import type { INodeProperties } from 'n8n-workflow';

import { startFields } from '../../start';
import { optionsField } from '../options';

export const fields: INodeProperties[] = [
	{
		displayName:
			'Starts the workflow for each new rating, and again when the rating or text of one of the newest 100 changes. Ratings that are withdrawn go unnoticed.',
		name: 'feedbackNotice',
		type: 'notice',
		default: '',
	},
	...startFields,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Rating',
				name: 'rating',
				type: 'options',
				options: [
					{ name: 'Dislike', value: 'dislike' },
					{ name: 'Like', value: 'like' },
				],
				default: 'dislike',
				description: 'Only feedback with this rating',
			},
			{
				displayName: 'Source',
				name: 'source',
				type: 'options',
				options: [
					{
						name: 'Team',
						value: 'admin',
						description: 'Given by a member of the workspace in Dify',
					},
					{ name: 'User', value: 'user', description: 'Given by the user who got the answer' },
				],
				default: 'user',
				description: 'Only feedback from here',
			},
		],
	},
	optionsField({
		displayName: 'Include Question and Answer',
		name: 'includeQuestion',
		type: 'boolean',
		default: false,
		description:
			'Whether to add the query, answer and user of the rated message, which takes two more requests per feedback. They are null for feedback of the team, and on Dify before 1.13.',
	}),
];
