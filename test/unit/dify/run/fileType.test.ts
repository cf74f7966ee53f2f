import { fileType } from '../../../../nodes/Dify/run/fileType';

describe('the type of a file', () => {
	it.each([
		['a.png', '', 'image'],
		['a.SVG', 'text/plain', 'image'],
		['a.m4a', '', 'audio'],
		['a.mpeg', '', 'video'],
		['a.webm', 'audio/webm', 'video'],
		['a.pptx', '', 'document'],
		['a.properties', '', 'document'],
		['archive.tar.md', '', 'document'],
		['a.xyz', 'image/x-odd', 'image'],
		['a.xyz', 'text/x-odd', 'document'],
		['a.xyz', 'application/pdf', 'document'],
		['a.xyz', 'application/x-odd', 'custom'],
		['a.xyz', '', 'custom'],
		['a.xyz', 'application/octet-stream', 'custom'],
		['no extension', 'video/odd', 'video'],
		['no extension', 'APPLICATION/PDF', 'document'],
		['no extension', 'application/zip', 'custom'],
		['no extension', 'application/octet-stream', undefined],
		['no extension', '', undefined],
		['', '', undefined],
	])('named "%s", of MIME type "%s", is %s', (name, mimeType, type) => {
		expect(fileType(name, mimeType)).toBe(type);
	});
});
