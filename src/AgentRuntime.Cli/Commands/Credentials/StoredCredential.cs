using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Views;
using AgentRuntime.Names;

namespace AgentRuntime.Cli.Commands.Credentials;

/// <summary>Finds one credential in the manifests and in the store.</summary>
internal static class StoredCredential
{
    /// <summary>What is known about it; an error when neither a manifest nor the store knows it.</summary>
    public static async Task<CredentialState> DescribeAsync(WorkspaceHost workspace, CredentialName name, CancellationToken cancellationToken)
    {
        var secrets = await workspace.MetadataAsync(cancellationToken);
        var state = new CredentialState(name.ToString(), workspace.Credentials.Find(name), await secrets.DescribeAsync(name, workspace.Access("describe"), cancellationToken));
        return state.Known is null && state.Stored is null ? throw workspace.Credentials.Unknown(name) : state;
    }
}
