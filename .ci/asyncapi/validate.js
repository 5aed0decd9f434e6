// Reads an AsyncAPI document as the project's own parser does, Avro payloads included, and tells every fault.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AvroSchemaParser } from '@asyncapi/avro-schema-parser';
import { Parser } from '@asyncapi/parser';

const file = resolve(process.argv[2]);
const parser = new Parser();
parser.registerSchemaParser(AvroSchemaParser());
const { document, diagnostics } = await parser.parse(await readFile(file, 'utf8'), { source: file });

// 0 and 1 are errors and warnings; the rest is advice.
const faults = diagnostics.filter(({ severity, code }) => severity <= 1 && code !== 'asyncapi-latest-version');
faults.forEach(({ path, message }) => console.error(`${path.join('.')}: ${message}`));
if (faults.length > 0 || !document) {
  process.exit(1);
}
console.log(`${document.version()}: ${document.channels().length} channels, ${document.messages().length} messages`);
