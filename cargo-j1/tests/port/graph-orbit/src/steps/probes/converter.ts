import { Entities } from '../../constants';

export function createProbeEntity(webLinker: WebLinker, probe: Probe, details?: ProbeDetails) {
  let orbit = 'low';
  if (probe.height > 2000) {
    orbit = 'high';
  }
  return createIntegrationEntity({
    entityData: {
      source: probe,
      assign: {
        _key: probe.id,
        _type: Entities.PROBE._type,
        _class: Entities.PROBE._class,
        name: probe.name,
        category: 'probe',
        make: 'Orbit',
        model: 'One',
        serial: probe.serial_number,
        deviceId: probe.id,
        orbit,
        height: probe.height,
        isHigh: probe.height > 2000,
        crewNames: probe.crew?.map((member) => member.name).filter((e) => !!e),
        crewLine: probe.crew.map(({ name }) => name).join(', '),
        firstCrew: probe.crew?.[0]?.name,
        zone: probe.path.split('/')[0],
        lastZone: probe.path?.split('/').slice(-1)[0],
        zones: probe.path.split('/').length,
        mode: probe.mode.toUpperCase(),
        isTest: probe.name.startsWith('Test'),
        plan: JSON.stringify(probe.plan),
        payload: probe.payload,
        alarms: probe.alarms,
        webLink: webLinker.portalUrl(probe.id),
        region: normalizeRegion(probe.region, logger),
        battery: details?.power?.battery,
        ...(probe.owner && { ownerName: probe.owner.name }),
        ...decompose(probe),
      },
    },
  });
}

export const createStation = (probe: Entity) =>
  createMappedRelationship({
    _class: RelationshipClass.CONNECTS,
    _type: Relationships.PROBE_CONNECTS_STATION._type,
    _mapping: {
      sourceEntityKey: probe._key,
      relationshipDirection: RelationshipDirection.FORWARD,
      targetFilterKeys: [['_type', 'code']],
      targetEntity: { _type: 'ground_station', code: probe.station },
    },
  });
