using AgentRuntime.TestKit.Secrets;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp.Real;

public sealed class RealVaultReading : SecretStoreConformance<RealVaultHarness>;

public sealed class RealVaultDisabling : SecretStoreDisableConformance<RealVaultHarness>;

public sealed class RealVaultDeleting : SecretStoreDeleteConformance<RealVaultHarness>;

public sealed class RealVaultDenying : SecretStoreDenyConformance<RealVaultHarness>;

public sealed class RealVaultThrottling : SecretStoreThrottleConformance<RealVaultHarness>;

public sealed class RealVaultWriting : SecretWriterConformance<RealVaultHarness>;

public sealed class RealVaultDescribing : SecretMetadataConformance<RealVaultHarness>;

public sealed class RealVaultTransitReading : SecretStoreConformance<RealVaultTransitHarness>;

public sealed class RealVaultTransitWriting : SecretWriterConformance<RealVaultTransitHarness>;
