using AgentRuntime.TestKit.Secrets;

namespace AgentRuntime.Integration.Tests.Vaults.Azure;

// Not derived, because Azure Key Vault cannot do it: SecretWriterCasConformance (there is no check-and-set) and the classes about deleting a single version.
public sealed class AzureReading : SecretStoreConformance<AzureHarness>;

public sealed class AzureDisabling : SecretStoreDisableConformance<AzureHarness>;

public sealed class AzureDeletingWhole : SecretStoreWholeDeleteConformance<AzureHarness>;

public sealed class AzureDenying : SecretStoreDenyConformance<AzureHarness>;

public sealed class AzureThrottling : SecretStoreThrottleConformance<AzureHarness>;

public sealed class AzureWriting : SecretWriterConformance<AzureHarness>;

public sealed class AzureDescribing : SecretMetadataConformance<AzureHarness>;
