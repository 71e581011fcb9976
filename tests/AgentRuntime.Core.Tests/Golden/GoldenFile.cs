using System.Text;

namespace AgentRuntime.Core.Tests.Golden;

/// <summary>A file that freezes a stored format. A test never writes it: a changed format is a new version with a new file.</summary>
internal static class GoldenFile
{
    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", name));

    public static void AssertIs(string name, ReadOnlySpan<byte> actual) =>
        Assert.Equal(Encoding.UTF8.GetString(Read(name)), Encoding.UTF8.GetString(actual) + "\n");
}
