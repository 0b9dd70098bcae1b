import { IntegrationStep } from '@jupiterone/integration-sdk-core';
import { IntegrationConfig } from '../config';
import { Entities, MappedRelationships, Relationships, Steps } from './constants';
import { createUserEntity } from './converters';

async function fetchUsers({ jobState, instance }): Promise<void> {
  await createAPIClient(instance.config).iterateUsers(async (user) => {
    await jobState.addEntity(createUserEntity(user));
  });
}

export const integrationSteps: IntegrationStep<IntegrationConfig>[] = [
  {
    id: Steps.ACCOUNT,
    name: 'Fetch Account',
    entities: [Entities.ACCOUNT],
    relationships: [],
    dependsOn: [],
    executionHandler: fetchAccount,
  },
  {
    id: Steps.USERS,
    name: "Fetch the 'Users'",
    entities: [Entities.USER],
    relationships: [Relationships.ACCOUNT_HAS_USER],
    mappedRelationships: [MappedRelationships.USER_IS_PERSON],
    dependsOn: [Steps.ACCOUNT],
    executionHandler: fetchUsers,
  },
  {
    id: Steps.GROUPS,
    name: 'Fetch Groups',
    entities: [Entities.GROUP],
    relationships: [Relationships.GROUP_HAS_USER],
    mappedRelationships: [],
    dependsOn: [Steps.USERS],
    executionHandler: fetchGroups,
  },
];
