import { CraterMetadata, Spec, createCraterData } from '../../entities';

const step: IntegrationStep = {
  id: Spec.FETCH_CRATERS.id,
  name: Spec.FETCH_CRATERS.name,
  entities: [CraterMetadata],
  relationships: [],
  async executionHandler({ jobState }) {
    await jobState.addEntity(createCraterEntity({}));
  },
};

export function createCraterEntity(crater: Crater) {
  return createIntegrationEntity({
    entityData: { source: crater, assign: createCraterData({ _key: `lunar_crater:${crater.id}`, name: crater.name }) },
  });
}

export default step;
