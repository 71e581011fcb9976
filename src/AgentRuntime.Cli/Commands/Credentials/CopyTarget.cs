using AgentRuntime.Cli.Errors;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Commands.Credentials;

/// <summary>A store that can be read, written to and described: what copying into it, and proving it, needs.</summary>
/// <param name="Store">Reads back.</param>
/// <param name="Writer">Writes.</param>
/// <param name="Metadata">Describes.</param>
internal sealed record CopyTarget(ISecretStore Store, ISecretWriter Writer, ISecretMetadata Metadata)
{
    /// <summary>The store as a target.</summary>
    /// <exception cref="CliException">It lacks one of the abilities.</exception>
    public static CopyTarget Of(ISecretStore store) =>
        store is ISecretWriter writer && store is ISecretMetadata metadata
            ? new CopyTarget(store, writer, metadata)
            : throw new CliException(ExitCode.BadInput, "store_cannot", $"The secret store '{store.Name}' cannot be written to.");
}
