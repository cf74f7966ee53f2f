import { invalidValue } from '../../shared/errors';
import type { Item } from '../../shared/item';
import type { ModelName } from '../transport/models';
import { modelName } from '../transport/models';

/**
 * The model that was picked, `undefined` if none was.
 *
 * @throws ChatflowError if it is not `provider|model`.
 */
export function optionalModel(item: Item, parameter: string): ModelName | undefined {
	const given = item.optionalId(parameter);
	if (given === undefined) return undefined;
	const model = modelName(given);
	if (model) return model;
	throw invalidValue(
		`"${given}" does not name a model`,
		'Choose the model from the list, or write its provider and its name like langgenius/openai/openai|text-embedding-3-small',
	);
}
