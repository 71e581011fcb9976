using AgentRuntime.TestKit.Secrets;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

public sealed class VaultReading : SecretStoreConformance<VaultHarness>;

public sealed class VaultDisabling : SecretStoreDisableConformance<VaultHarness>;

public sealed class VaultDeleting : SecretStoreDeleteConformance<VaultHarness>;

public sealed class VaultDenying : SecretStoreDenyConformance<VaultHarness>;

public sealed class VaultThrottling : SecretStoreThrottleConformance<VaultHarness>;

public sealed class VaultWriting : SecretWriterConformance<VaultHarness>;

public sealed class VaultDescribing : SecretMetadataConformance<VaultHarness>;

public sealed class VaultTransitReading : SecretStoreConformance<VaultTransitHarness>;

public sealed class VaultTransitDisabling : SecretStoreDisableConformance<VaultTransitHarness>;

public sealed class VaultTransitDeleting : SecretStoreDeleteConformance<VaultTransitHarness>;

public sealed class VaultTransitDenying : SecretStoreDenyConformance<VaultTransitHarness>;

public sealed class VaultTransitWriting : SecretWriterConformance<VaultTransitHarness>;

public sealed class VaultTransitDescribing : SecretMetadataConformance<VaultTransitHarness>;
