using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Secrets;

namespace AgentRuntime.Integration.Tests.Vaults.Aws;

public sealed class MotoReading : SecretStoreConformance<MotoHarness>;

public sealed class MotoDisabling : SecretStoreDisableConformance<MotoHarness>;

public sealed class MotoDeleting : SecretStoreWholeDeleteConformance<MotoHarness>;

public sealed class MotoDenying : SecretStoreDenyConformance<MotoHarness>;

public sealed class MotoThrottling : SecretStoreThrottleConformance<MotoHarness>;

public sealed class MotoWriting : SecretWriterConformance<MotoHarness>;

public sealed class MotoWritingInTurn : SecretWriterCasConformance<MotoHarness>;

public sealed class MotoDescribing : SecretMetadataConformance<MotoHarness>;
