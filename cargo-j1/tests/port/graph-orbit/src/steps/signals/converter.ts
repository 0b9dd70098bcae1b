import { Entities } from '../../constants';

export function createSignalEntity(data: Signal) {
  return createIntegrationEntity({
    entityData: {
      source: data,
      assign: {
        _key: data.id,
        _type: Entities.SIGNAL._type,
        _class: Entities.SIGNAL._class,
        name: data.name,
        bandwidth: data.bandwidth,
        strength: data.strength,
      },
    },
  });
}

export const createCreator = (signal: Entity, login: string) => ({
  _class: 'CREATED',
  _mapping: {
    sourceEntityKey: signal._key,
    relationshipDirection: RelationshipDirection.REVERSE,
    targetFilterKeys: [['_type', 'login']],
    targetEntity: { _class: 'User', _type: Entities.CREW._type, login },
  },
});
