import { RelationshipClass, RelationshipDirection } from '@jupiterone/integration-sdk-core';

export const Steps = {
  ACCOUNT: 'fetch-account',
  CREW: 'fetch-crew',
  GUESTS: 'fetch-guests',
  PROBES: 'fetch-probes',
  RELAYS: 'fetch-relays',
  SIGNALS: 'fetch-signals',
  SHADOWS: 'build-shadow-relationships',
};

export const Entities = {
  ACCOUNT: { resourceName: 'Account', _type: 'orbit_account', _class: ['Account'] },
  CREW: { resourceName: 'Crew', _type: 'orbit_user', _class: ['User'] },
  GUEST: { resourceName: 'Guest', _type: 'orbit_user', _class: ['User'] },
  PROBE: { resourceName: 'Probe', _type: 'orbit_probe', _class: ['Device'] },
  RELAY: { resourceName: 'Relay', _type: 'orbit_relay', _class: ['Gateway'] },
  SIGNAL: { resourceName: 'Signal', _type: 'orbit_signal', _class: ['Record'] },
};

export const ANY_BODY = 'ANY_BODY';

export const Relationships = {
  ACCOUNT_HAS_CREW: {
    _type: 'orbit_account_has_user', sourceType: Entities.ACCOUNT._type,
    _class: RelationshipClass.HAS, targetType: Entities.CREW._type,
  },
  GUEST_USES_PROBE: {
    _type: 'orbit_user_uses_probe', sourceType: Entities.GUEST._type,
    _class: RelationshipClass.USES, targetType: Entities.PROBE._type,
  },
  // Described as if a step emitted stations.
  PROBE_CONNECTS_STATION: {
    _type: 'orbit_probe_connects_station', sourceType: Entities.PROBE._type,
    _class: RelationshipClass.CONNECTS, targetType: 'ground_station',
  },
  RELAY_PROTECTS_ANY: {
    _type: 'orbit_relay_protects_any', sourceType: Entities.RELAY._type,
    _class: RelationshipClass.PROTECTS, targetType: ANY_BODY,
  },
};

export const MappedRelationships = {
  SIGNAL_CREATED_BY: {
    _type: 'orbit_user_created_signal', sourceType: Entities.SIGNAL._type,
    _class: RelationshipClass.CREATED, targetType: Entities.CREW._type,
    direction: RelationshipDirection.REVERSE,
  },
  RELAY_USES_PLACE: {
    _type: 'orbit_relay_uses_place', sourceType: Entities.RELAY._type,
    _class: RelationshipClass.USES, targetType: 'sky_place',
    direction: RelationshipDirection.FORWARD,
  },
};
