import { Entities, MappedRelationships } from '../../constants';

export function createRelayEntity(data: Relay) {
  return createIntegrationEntity({
    entityData: {
      source: data,
      assign: {
        _key: data.id,
        _type: Entities.RELAY._type,
        _class: Entities.RELAY._class,
        name: data.name,
        category: 'network',
        function: 'relay',
        public: false,
        bandwidth: data.bandwidth,
        frequency: data.frequency,
      },
    },
  });
}

export const createPlace = (relay: Entity, place: Place) =>
  createMappedRelationship({
    _class: MappedRelationships.RELAY_USES_PLACE._class,
    _type: MappedRelationships.RELAY_USES_PLACE._type,
    source: relay,
    target: place,
    targetFilterKeys: [['_key']],
    skipTargetCreation: false,
  });
