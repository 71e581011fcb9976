using AgentRuntime.TestKit.Secrets;

namespace AgentRuntime.Integration.Tests.Vaults.Aws;

public sealed class AwsReading : SecretStoreConformance<AwsHarness>;

public sealed class AwsReadingInRuns : SecretStoreConformance<AwsRunHarness>;

public sealed class AwsReadingDirectly : SecretStoreConformance<AwsDirectHarness>;

public sealed class AwsDisabling : SecretStoreDisableConformance<AwsHarness>;

public sealed class AwsDeleting : SecretStoreWholeDeleteConformance<AwsHarness>;

public sealed class AwsDenying : SecretStoreDenyConformance<AwsHarness>;

public sealed class AwsThrottling : SecretStoreThrottleConformance<AwsHarness>;

public sealed class AwsWriting : SecretWriterConformance<AwsHarness>;

public sealed class AwsWritingInTurn : SecretWriterCasConformance<AwsHarness>;

public sealed class AwsDescribing : SecretMetadataConformance<AwsHarness>;
