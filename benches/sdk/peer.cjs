// The same work as `src/integration.rs`, with the official SDK: `node peer.cjs ADDRESS ENTITIES`, in a folder in which the SDK is
// installed. Prints one JSON object. As its command line does, it checks schemas and uploads while it collects.
'use strict';

const http = require('node:http');
const path = require('node:path');

const from = (name) => require(require.resolve(name, { paths: [process.cwd()] }));
const core = from('@jupiterone/integration-sdk-core');
const runtime = from('@jupiterone/integration-sdk-runtime');

const PAGE = 100;
const UPLOADS = 5;
const [address, entities] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true });

function get(target) {
  return new Promise((resolve, reject) => {
    const request = http.get(`${address}${target}`, { agent }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => resolve(JSON.parse(Buffer.concat(parts).toString())));
    });
    request.on('error', reject);
  });
}

const GROUP = { resourceName: 'Group', _type: 'directory_group', _class: 'Group' };
const USER = { resourceName: 'User', _type: 'directory_user', _class: 'User', indexMetadata: { enabled: true } };
const HAS = {
  _type: 'directory_group_has_user', _class: 'HAS', sourceType: GROUP._type, targetType: USER._type,
};
const MANAGES = {
  _type: 'directory_user_manages_user', _class: 'MANAGES', sourceType: USER._type, targetType: USER._type,
};
let objects = 0;

function entityOf(user) {
  return core.createIntegrationEntity({
    entityData: {
      source: user,
      assign: {
        _key: `directory-user:${user.id}`,
        _type: USER._type,
        _class: USER._class,
        displayName: user.name,
        id: user.id,
        name: user.name,
        username: user.username,
        email: user.email,
        firstName: user.first_name,
        lastName: user.last_name,
        isActive: user.active,
        active: user.active,
        department: user.department,
        description: user.description,
        employeeType: user.employee_type,
        costCentre: user.cost_centre,
        location: user.location,
        // No date of the record becomes a property in the other programs either.
        createdOn: undefined,
      },
    },
  });
}

const integrationSteps = [
  {
    id: 'groups', name: 'Groups', entities: [GROUP], relationships: [], dependsOn: [],
    async executionHandler({ jobState }) {
      const groups = (await get('/groups')).map((group) => core.createIntegrationEntity({
        entityData: {
          source: group,
          assign: {
            _key: `directory-group:${group.id}`, _type: GROUP._type, _class: GROUP._class,
            displayName: group.name, id: group.id, name: group.name,
          },
        },
      }));
      objects += groups.length;
      await jobState.addEntities(groups);
    },
  },
  {
    id: 'users', name: 'Users', entities: [USER], relationships: [HAS], dependsOn: ['groups'],
    async executionHandler({ jobState }) {
      for (let skip = 0; ; skip += PAGE) {
        const page = await get(`/users?limit=${PAGE}&skip=${skip}`);
        if (page.length === 0) break;
        await jobState.addEntities(page.map(entityOf));
        const inGroups = page.filter((user) => user.group !== null).map((user) => core.createDirectRelationship({
          _class: core.RelationshipClass.HAS,
          fromKey: `directory-group:${user.group}`, fromType: GROUP._type,
          toKey: `directory-user:${user.id}`, toType: USER._type,
        }));
        await jobState.addRelationships(inGroups);
        objects += page.length + inGroups.length;
      }
    },
  },
  {
    id: 'managers', name: 'Managers', entities: [], relationships: [MANAGES], dependsOn: ['users'],
    async executionHandler({ jobState }) {
      await jobState.iterateEntities({ _type: USER._type }, async (user) => {
        const { manager } = core.getRawData(user);
        const fromKey = `directory-user:${manager}`;
        if (manager === null || !(await jobState.hasKey(fromKey))) return;
        await jobState.addRelationship(core.createDirectRelationship({
          _class: core.RelationshipClass.MANAGES, fromKey, fromType: USER._type, toKey: user._key, toType: USER._type,
        }));
        objects += 1;
      });
    },
  },
];

async function main() {
  const config = { integrationSteps };
  const logger = runtime.createIntegrationLogger({ name: 'bench', invocationConfig: config });
  const before = process.cpuUsage();
  const apiClient = runtime.createApiClient({ apiBaseUrl: address, account: 'bench', accessToken: 'key' });
  const job = await runtime.initiateSynchronization({ logger, apiClient, source: 'api', scope: 'bench' });
  const graphObjectStore = new runtime.FileSystemGraphObjectStore({ integrationSteps });
  const createStepGraphObjectDataUploader = (stepId) => runtime.createPersisterApiStepGraphObjectDataUploader({
    stepId, synchronizationJobContext: job, uploadConcurrency: UPLOADS,
  });
  const { integrationStepResults, metadata } = await runtime.executeIntegrationInstance(
    logger, runtime.createIntegrationInstanceForLocalExecution(config), config, { current: { startedOn: Date.now() } },
    { enableSchemaValidation: true, graphObjectStore, createStepGraphObjectDataUploader },
  );
  await runtime.finalizeSynchronization({ ...job, partialDatasets: metadata.partialDatasets });
  const failed = integrationStepResults.filter((step) => step.status !== 'success');
  if (failed.length > 0) throw new Error(JSON.stringify(failed));
  const used = process.cpuUsage(before);
  const main = require.resolve('@jupiterone/integration-sdk-runtime', { paths: [process.cwd()] });
  const root = main.slice(0, main.indexOf(path.join('integration-sdk-runtime', '')) + 'integration-sdk-runtime'.length);
  console.log(JSON.stringify({
    program: `official SDK ${require(path.join(root, 'package.json')).version}`,
    entities: Number(entities),
    objects,
    cpuSeconds: (used.user + used.system) / 1e6,
    peakKilobytes: process.resourceUsage().maxRSS,
  }));
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
