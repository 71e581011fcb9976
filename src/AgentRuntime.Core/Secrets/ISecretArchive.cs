namespace AgentRuntime.Secrets;

/// <summary>A store that can hand every retained version to the scrubber, so that old values stay redacted.</summary>
public interface ISecretArchive
{
    /// <summary>Every version that still has a value, also disabled ones. The receiver owns each material.</summary>
    IAsyncEnumerable<SecretMaterial> ReadRetainedAsync(SecretAccessContext context, CancellationToken cancellationToken);
}
