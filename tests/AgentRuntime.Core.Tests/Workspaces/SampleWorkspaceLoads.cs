using System.Runtime.CompilerServices;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Core.Tests.Workspaces;

public sealed class SampleWorkspaceLoads
{
    [Fact]
    public void The_sample_workspace_has_no_problems()
    {
        var load = Workspace.Load(Path.Combine(Repository(), "samples", "workspace"));
        Assert.Empty(load.Problems);
        Assert.NotEmpty(load.Workspace!.Workflows);
        Assert.NotEmpty(load.Workspace.Servers);
        Assert.NotEmpty(load.Workspace.Grants.Grants);
    }

    private static string Repository([CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here)!;
        while (!File.Exists(Path.Combine(folder, "AgentRuntime.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
