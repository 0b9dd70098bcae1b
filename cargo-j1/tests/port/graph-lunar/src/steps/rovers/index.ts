import { CraterMetadata, MappedRelationships, Relationships, RoverMetadata, Spec, createRoverData } from '../../entities';
import { consoleLink, lastPart, placeOf } from '../../links';

export const roverSteps = [
  {
    ...Spec.FETCH_ROVERS,
    entities: [RoverMetadata],
    relationships: [Relationships.CRATER_HAS_ROVER],
    mappedRelationships: [MappedRelationships.ROVER_IS_ASSET],
    dependsOn: [Spec.FETCH_CRATERS.id],
    executionHandler: fetchRovers,
  },
  {
    // Only a run knows it.
    id: process.env.STEP,
    entities: [],
    relationships: [],
    executionHandler: other,
  },
];

export function createRoverEntity(source: Rover, isSpare: boolean) {
  const data = { ...source, tags: source.labels, crew: source.crew ? { ...source.crew, pin: undefined } : undefined };
  const [maker, line] = data.model.split(' ');
  const place = placeOf(data.path);
  return createIntegrationEntity({
    entityData: {
      source: data,
      assign: createRoverData({
        _key: data.id,
        name: data.name,
        fullName: data.name,
        category: 'rover',
        make: maker,
        model: line,
        serial: data.serial_number,
        serialNumber: data.serial_number,
        deviceId: data.id,
        byod: data.own,
        BYOD: data.own,
        etag: data.etag,
        leader: data.crew?.leader,
        zone: lastPart(data.zone),
        heat: data.settings?.find((setting) => setting.key === 'heat')?.value?.toLocaleUpperCase() === 'ON',
        'crew.leader': data.crew?.leader,
        crewLeader: data.crew?.leader,
        isSpare: isSpare === true,
        state: data.state.toLocaleLowerCase(),
        is_parked: data.is_parked,
        landedOn: parseTimePropertyValue(data.landed_at?.datetime),
        expirationTime: data.expires,
        secretName: data.secretName,
        webLink: consoleLink(`/rovers/${encodeURIComponent(data.id)}?at=${place.sector}`),
        ...placeOf(data.path),
      }),
    },
  });
}

export const createAsset = (rover: Entity) =>
  createMappedRelationship({
    _class: RelationshipClass.IS,
    _type: MappedRelationships.ROVER_IS_ASSET._type,
    _mapping: {
      sourceEntityKey: rover._key,
      relationshipDirection: RelationshipDirection.FORWARD,
      targetFilterKeys: [['_class', 'serial']],
      targetEntity: { _class: ['Device'], serial: rover.serial },
      skipTargetCreation: true,
    },
  });
