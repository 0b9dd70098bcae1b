import { Entities, MappedRelationships, Relationships, Steps } from './constants';
import { instanceConfigFields } from './config';

export const invocationConfig = { instanceConfigFields, integrationSteps: [] };

export const steps = [
  { id: Steps.ACCOUNT, name: 'Account', entities: [Entities.ACCOUNT], relationships: [], executionHandler: a },
  {
    id: Steps.CREW, name: 'Crew', entities: [Entities.CREW], relationships: [Relationships.ACCOUNT_HAS_CREW],
    dependsOn: [Steps.ACCOUNT], executionHandler: b,
  },
  {
    id: Steps.GUESTS, name: 'Guests', entities: [Entities.GUEST], relationships: [Relationships.GUEST_USES_PROBE],
    dependsOn: [Steps.CREW, Steps.PROBES], executionHandler: c,
  },
  {
    id: Steps.PROBES, name: 'Probes', entities: [Entities.PROBE],
    relationships: [Relationships.PROBE_CONNECTS_STATION], executionHandler: d,
  },
  {
    id: Steps.RELAYS, name: 'Relays', entities: [Entities.RELAY], relationships: [],
    mappedRelationships: [MappedRelationships.RELAY_USES_PLACE], executionHandler: e,
  },
  {
    id: Steps.SIGNALS, name: 'Signals', entities: [Entities.SIGNAL], relationships: [],
    mappedRelationships: [MappedRelationships.SIGNAL_CREATED_BY], executionHandler: f,
  },
  {
    id: Steps.SHADOWS, name: 'Shadows', entities: [], relationships: [Relationships.RELAY_PROTECTS_ANY],
    dependsOn: [Steps.PROBES, Steps.RELAYS], executionHandler: g,
  },
];
