import { attachmentName } from '../../../../nodes/Dify/transport/fileName';
import { cleanFileName, cleanMimeType } from '../../../../nodes/shared/fileName';

it.each([
	['attachment; filename="report.pdf"', 'report.pdf'],
	['attachment; filename=report.pdf', 'report.pdf'],
	['attachment; filename="a \\"quoted\\" name.txt"', 'a "quoted" name.txt'],
	["attachment; filename*=UTF-8''%C3%9Cbersicht%202025.pdf", 'Übersicht 2025.pdf'],
	['attachment; filename="fallback.pdf"; filename*=utf-8\'\'r%C3%A9sum%C3%A9.pdf', 'résumé.pdf'],
	['attachment; filename*=utf-8\'en\'a%3Bb.txt; filename="x"', 'a;b.txt'],
	["attachment; filename*=ISO-8859-1''caf%E9.txt", 'café.txt'],
	['attachment; filename*=UTF-8\'\'%ZZ; filename="safe.txt"', 'safe.txt'],
	['inline; FILENAME="Shout.TXT"', 'Shout.TXT'],
	['attachment; filename="../../etc/passwd"', 'passwd'],
	["attachment; filename*=UTF-8''C%3A%5Ctemp%5Ca.txt", 'a.txt'],
	['attachment', undefined],
	['attachment; filename=""', undefined],
	['', undefined],
	[undefined, undefined],
])('%s names the file %s', (header, name) => {
	expect(attachmentName(header)).toBe(name);
});

it.each([
	['report.pdf', 'report.pdf'],
	['folder/sub/report.pdf', 'report.pdf'],
	['C:\\temp\\report.pdf', 'report.pdf'],
	['folder/', 'file'],
])('%s is uploaded as %s', (fileName, name) => {
	expect(cleanFileName(fileName)).toBe(name);
});

it.each([
	['../../etc/passwd', 'passwd'],
	['..', 'file'],
	['..\\..', 'file'],
	['a\r\nX-Header: b\0.txt', 'aX-Header: b.txt'],
	['\u0085\u2028', 'file'],
	[`${'x'.repeat(300)}.pdf`, `${'x'.repeat(196)}.pdf`],
])('%j becomes a harmless name', (name, clean) => {
	expect(cleanFileName(name)).toBe(clean);
});

it.each([
	['image/png', 'image/png'],
	['Text/HTML; charset=utf-8', 'text/html'],
	['image/png\r\nX-Injected: 1', 'application/octet-stream'],
	['', 'application/octet-stream'],
])('the MIME type %j is sent as %s', (type, clean) => {
	expect(cleanMimeType(type)).toBe(clean);
});
