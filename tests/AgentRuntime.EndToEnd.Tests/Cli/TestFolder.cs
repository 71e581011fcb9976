using AgentRuntime.TestKit.Cli;

namespace AgentRuntime.EndToEnd.Tests.Cli;

/// <summary>A folder for one test, with a home and a place for a workspace in it; removed at the end.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder()
    {
        Root = Directory.CreateTempSubdirectory("agentruntime-e2e-").FullName;
        Directory.CreateDirectory(Home);
        Directory.CreateDirectory(Workspace);
    }

    public string Root { get; }

    public string Home => Path.Combine(Root, "home");

    public string Workspace => Path.Combine(Root, "workspace");

    /// <summary>The command with the workspace as its working folder.</summary>
    public CliProcess Command => new(BuiltCommand.Path, Home, Workspace);

    /// <summary>A file of the workspace.</summary>
    public string File(string name) => Path.Combine(Workspace, name);

    /// <summary>Writes a file of the workspace.</summary>
    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllText(File(name), text);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
