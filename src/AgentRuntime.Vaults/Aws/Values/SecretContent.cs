using AgentRuntime.Vaults.Aws.Wire;

namespace AgentRuntime.Vaults.Aws.Values;

/// <summary>What is stored for one version: a text or bytes. Zeroed when disposed.</summary>
/// <param name="IsBinary">Whether it goes into <c>SecretBinary</c>.</param>
/// <param name="Bytes">The text as UTF-8, or the bytes.</param>
internal sealed record SecretContent(bool IsBinary, PinnedBuffer Bytes) : IDisposable
{
    /// <summary>The most that Secrets Manager stores for one version, in bytes.</summary>
    public const int Largest = 65_536;

    /// <inheritdoc/>
    public void Dispose() => Bytes.Dispose();

    /// <summary>Never the content.</summary>
    public override string ToString() => "[secret content]";
}
