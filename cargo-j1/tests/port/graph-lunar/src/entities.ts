import { SchemaType } from '@jupiterone/integration-sdk-core';
import { createEntityMetadata, createEntityType } from './helpers';

export const [RoverMetadata, createRoverData] = createEntityMetadata({
  resourceName: 'Rover',
  _class: ['Device'],
  _type: createEntityType('rover'),
  description: 'A rover',
  schema: SchemaType.Object({ serial: SchemaType.Optional(SchemaType.String()) }),
});

export const [CraterMetadata, createCraterData] = createEntityMetadata({
  resourceName: 'Crater',
  _class: ['Site'],
  _type: createEntityType('crater'),
  description: 'A crater',
  schema: SchemaType.Object({}),
});

export const Spec = {
  FETCH_ROVERS: { id: 'fetch-rovers', name: 'Fetch Rovers' },
  FETCH_CRATERS: { id: 'fetch-craters', name: 'Fetch Craters' },
};

export const Relationships = {
  CRATER_HAS_ROVER: {
    _type: 'lunar_crater_has_rover',
    sourceType: CraterMetadata._type,
    _class: RelationshipClass.HAS,
    targetType: RoverMetadata._type,
  },
};

export const MappedRelationships = {
  ROVER_IS_ASSET: {
    _type: 'lunar_rover_is_asset',
    sourceType: RoverMetadata._type,
    _class: RelationshipClass.IS,
    targetType: 'fleet_asset',
    direction: RelationshipDirection.FORWARD,
  },
};
