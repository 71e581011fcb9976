using AgentRuntime.TestKit.Secrets;

namespace AgentRuntime.Integration.Tests.Vaults.Embedded;

public sealed class EmbeddedReading : SecretStoreConformance<EmbeddedHarness>;

public sealed class EmbeddedDisabling : SecretStoreDisableConformance<EmbeddedHarness>;

public sealed class EmbeddedDeleting : SecretStoreDeleteConformance<EmbeddedHarness>;

public sealed class EmbeddedDeletingWhole : SecretStoreWholeDeleteConformance<EmbeddedHarness>;

public sealed class EmbeddedWriting : SecretWriterConformance<EmbeddedHarness>;

public sealed class EmbeddedWritingInTurn : SecretWriterCasConformance<EmbeddedHarness>;

public sealed class EmbeddedDeletingVersions : SecretWriterVersionDeleteConformance<EmbeddedHarness>;

public sealed class EmbeddedDescribingDeleted : SecretDeletedMetadataConformance<EmbeddedHarness>;

public sealed class EmbeddedDescribing : SecretMetadataConformance<EmbeddedHarness>;

public sealed class EmbeddedArchive : SecretArchiveConformance<EmbeddedHarness>;
