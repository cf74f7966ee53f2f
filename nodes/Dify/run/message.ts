import type { IDataObject } from 'n8n-workflow';

/** A message as it is sent, and who sends it. */
export interface Message {
	path: string;
	body: IDataObject;
	user: string;
}
