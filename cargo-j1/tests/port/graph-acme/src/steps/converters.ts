import {
  createIntegrationEntity,
  parseTimePropertyValue,
} from '@jupiterone/integration-sdk-core';
import { Entities } from './constants';

export const getUserKey = (id: string): string => `acme_user:${id}`;

/**
 * Converts a user: { _key: 'not this one' }.
 */
export function createUserEntity(user: AcmeUser): Entity {
  const { login, last_login: lastLogin } = user;
  return createIntegrationEntity({
    entityData: {
      source: user,
      assign: {
        _key: getUserKey(user.id as string),
        _type: Entities.USER._type,
        _class: Entities.USER._class,
        id: user.id,
        name: `${user.profile?.first} ${user.profile!.last}`,
        displayName: login,
        username: login,
        email: user.email?.toLowerCase(),
        active: user.status === 'ACTIVE',
        mfaEnabled: !!user.totp,
        lastLogin: parseTimePropertyValue(lastLogin),
        lastLoginOn: parseTimePropertyValue(lastLogin),
        plan: user.plan ?? 'free',
        webLink: buildLink(user),
        ...convertTags(user),
      },
    },
  });
}

export function createGroupEntity({ group, origin }: { group: AcmeGroup; origin: string }) {
  return createIntegrationEntity({
    entityData: {
      source: group,
      assign: {
        _key: hash(group),
        _type: 'acme_group',
        _class: Entities.GROUP._class,
        name: group.title,
        isDefault: Boolean(group.default),
      },
    },
  });
}

export function createPersonRelationship(user: Entity) {
  return createMappedRelationship({
    _key: `${user._key}|is|${user.email}`,
    _type: MappedRelationships.USER_IS_PERSON._type,
    _class: RelationshipClass.IS,
    _mapping: {
      relationshipDirection: RelationshipDirection.FORWARD,
      sourceEntityKey: user._key,
      skipTargetCreation: true,
      targetFilterKeys: [
        ['_class', 'tag.AccountName'],
        ['_class', 'email'],
      ],
      targetEntity: { _class: 'Person', _type: 'person', email: user.email, 'tag.AccountName': user.account },
    },
  });
}
