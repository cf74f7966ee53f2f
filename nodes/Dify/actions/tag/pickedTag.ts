import { ChatflowError } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import { asText, isObject } from '../../../shared/values';
import { readTags } from '../../transport/tags';

/**
 * The ID of the tag that the node names, by whatever it names it.
 *
 * @throws ChatflowError if no tag has the name.
 */
export async function pickedTag(item: Item): Promise<string> {
	const given = item.id('tagId');
	if (!isByName(item)) return given;
	const id = await tagNamed(item, given);
	if (id !== undefined) return id;
	throw new ChatflowError({
		message: `There is no tag "${given}"`,
		description:
			'Check its name, and upper and lower case. Some versions of Dify show the API only tags that a knowledge base has: add the tag to one in Dify',
	});
}

/** Whether the node names the tag by its name. */
export function isByName(item: Item): boolean {
	const value = item.value('tagId');
	return isObject(value) && value.mode === 'name';
}

/** The ID of the tag with exactly this name. */
export async function tagNamed(item: Item, name: string): Promise<string | undefined> {
	const { tags } = await readTags(item);
	return asText(tags.find((tag) => tag.name === name)?.id);
}
