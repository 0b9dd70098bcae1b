// The official validator's verdicts on the cases of a file: the schemas of @jupiterone/data-model, compiled and asked as
// the SDK's EntityValidator does it (Ajv 8 with ajv-formats 3, all classes of an entity, unknown classes passed over).
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(process.cwd() + '/');
const Ajv = require('ajv').default;
const addFormats = require('ajv-formats').default;
const { entitySchemas } = require('@jupiterone/data-model');

const ajv = new Ajv({ strictSchema: false, allErrors: true, logger: false });
addFormats(ajv);
const [ipv4, ipv6] = ['ipv4', 'ipv6'].map((name) => addFormats.get(name));
const ipv4Cidr =
  /^(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\.(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\.(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\.(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\/(3[0-2]|[12]?[0-9])$/;
const ipv6Cidr =
  /^([0-9a-fA-F]{1,4}:){7,7}[0-9a-fA-F]{1,4}\/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$|^([0-9a-fA-F]{1,4}:){1,7}:\/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$|^::\/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$|^([0-9a-fA-F]{1,4}:){1,7}[0-9a-fA-F]{1,4}$/;
ajv.addFormat('ip', (text) => ipv4.test(text) || ipv6.test(text));
ajv.addFormat('ipCidr', (text) => ipv4Cidr.test(text) || ipv6Cidr.test(text));
ajv.addFormat('asn', /^AS\d{2,6}$/);
for (const schema of Object.values(entitySchemas)) ajv.addSchema(schema);

function isValid(entity) {
  const classes = Array.isArray(entity._class) ? entity._class : typeof entity._class === 'string' ? [entity._class] : null;
  if (!classes) return false;
  return classes.every((name) => {
    const validate = typeof name === 'string' ? ajv.getSchema('#' + name) : undefined;
    return !validate || validate(entity);
  });
}

const [head, ...lines] = readFileSync(process.argv[2], 'utf8').trimEnd().split('\n');
const bits = lines.map((line) => (isValid(JSON.parse(line)) ? 1 : 0));
while (bits.length % 4) bits.push(0);
let digits = '';
for (let i = 0; i < bits.length; i += 4) digits += parseInt(bits.slice(i, i + 4).join(''), 2).toString(16);
console.log([head, ...digits.match(/.{1,120}/g)].join('\n'));
