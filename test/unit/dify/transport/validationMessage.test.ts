import { readableMessage } from '../../../../nodes/Dify/transport/validationMessage';
import { pydanticMessage } from '../../../simulators/dify/python';

it('makes one line of a failed check', () => {
	const problem = 'Input should be less than or equal to 100';
	const text = pydanticMessage('ConversationListQuery', 'limit', problem, 'less_than_equal', '500');
	expect(text.split('\n')).toHaveLength(4);
	expect(readableMessage(text)).toBe(`limit: ${problem}`);
});

it('names every value of several', () => {
	const text = `2 validation errors for Payload
a.b
  Field required [type=missing, input_value={'x': [1]}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.11/v/missing
c
  Input should be a valid string [type=string_type, input_value=5, input_type=int]
    For further information visit https://errors.pydantic.dev/2.11/v/string_type`;
	expect(readableMessage(text)).toBe('a.b: Field required; c: Input should be a valid string');
});

it('leaves out the prefix of a check by hand, and a field that has no name', () => {
	const problem = 'Value error, name is required when auto_generate is false';
	const text = pydanticMessage('ConversationRenamePayload', '', problem, 'value_error', {});
	expect(readableMessage(text)).toBe('name is required when auto_generate is false');
});

it.each(['', 'Conversation Not Exists.', 'two\nlines', '1 validation error for X'])(
	'leaves %j as it is',
	(text) => {
		expect(readableMessage(text)).toBe(text);
	},
);
