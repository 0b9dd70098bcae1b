import {
  RelationshipClass,
  StepEntityMetadata,
  StepRelationshipMetadata,
} from '@jupiterone/integration-sdk-core';

export enum Steps {
  ACCOUNT = 'fetch-account',
  USERS = 'fetch-users',
  GROUPS = 'fetch-groups',
}

export const Entities: Record<'ACCOUNT' | 'USER' | 'GROUP', StepEntityMetadata> = {
  ACCOUNT: { resourceName: 'Account', _type: 'acme_account', _class: ['Account'] },
  USER: { resourceName: 'User', _type: 'acme_user', _class: ['User'] },
  GROUP: { resourceName: 'Group', _type: 'acme_group', _class: ['UserGroup', 'Group'] },
};

export const Relationships: Record<string, StepRelationshipMetadata> = {
  ACCOUNT_HAS_USER: {
    _type: 'acme_account_has_user',
    _class: RelationshipClass.HAS,
    sourceType: Entities.ACCOUNT._type,
    targetType: Entities.USER._type,
  },
  GROUP_HAS_USER: {
    _type: 'acme_group_has_user',
    _class: RelationshipClass.HAS,
    sourceType: Entities.GROUP._type,
    targetType: Entities.USER._type,
  },
};

export const MappedRelationships: Record<string, StepMappedRelationshipMetadata> = {
  USER_IS_PERSON: {
    _type: 'acme_user_is_person',
    _class: RelationshipClass.IS,
    sourceType: Entities.USER._type,
    targetType: 'person',
    direction: RelationshipDirection.FORWARD,
  },
};
