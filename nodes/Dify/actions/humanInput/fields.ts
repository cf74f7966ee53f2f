import type { INodeProperties } from 'n8n-workflow';

export const formTokenField: INodeProperties = {
	displayName: 'Form Token',
	name: 'formToken',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	placeholder: 'e.g. {{ $json.human_input[0].form_token }}',
	description:
		'The form_token that Chat > Send or Workflow > Run returned in human_input. It is empty for forms that are sent by email only; those cannot be filled in from here.',
	required: true,
};
