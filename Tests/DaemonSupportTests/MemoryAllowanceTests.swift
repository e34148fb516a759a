import Testing

@testable import DaemonSupport

@Suite struct MemoryAllowanceTests {
    private let unifiedMount = "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
    private let memoryMount = "36 30 0:31 / /sys/fs/cgroup/memory rw,nosuid shared:9 - cgroup cgroup rw,memory\n"

    @Test func inVersion2TheGroupAndEachAncestorCount() {
        let memory = CgroupMemory(membership: "0::/system.slice/a.service\n", mounts: unifiedMount)
        #expect(
            memory.files == [
                "/sys/fs/cgroup/system.slice/a.service/memory.max", "/sys/fs/cgroup/system.slice/memory.max",
                "/sys/fs/cgroup/memory.max",
            ])
        let texts = [
            "/sys/fs/cgroup/system.slice/a.service/memory.max": "max\n",
            "/sys/fs/cgroup/system.slice/memory.max": "67108864\n",
        ]
        #expect(memory.limits { texts[$0] ?? "" } == [67_108_864])
    }

    @Test func inVersion1AHugeNumberIsNoLimit() {
        let membership = "12:cpu,cpuacct:/x\n9:memory:/jobs/one\n0::/elsewhere\n"
        let memory = CgroupMemory(membership: membership, mounts: memoryMount)
        #expect(
            memory.files == [
                "/sys/fs/cgroup/memory/jobs/one/memory.limit_in_bytes",
                "/sys/fs/cgroup/memory/jobs/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.limit_in_bytes",
            ])
        let texts = [
            memory.files[0]: "9223372036854771712\n", memory.files[1]: "134217728\n",
            memory.files[2]: "9223372036854771712",
        ]
        #expect(memory.limits { texts[$0] ?? "" } == [134_217_728])
    }

    @Test func bothVersionsAreLookedAtWhereBothAreMounted() {
        let memory = CgroupMemory(membership: "9:memory:/a\n0::/b\n", mounts: memoryMount + unifiedMount)
        #expect(memory.files.contains("/sys/fs/cgroup/memory/a/memory.limit_in_bytes"))
        #expect(memory.files.contains("/sys/fs/cgroup/b/memory.max"))
    }

    @Test(arguments: ["/docker/abc", "/docker/abc/inner", "/elsewhere", "/"])
    func aContainerSeesWhatItsMountShows(group: String) {
        let mounts = "36 30 0:31 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
        let memory = CgroupMemory(membership: "9:memory:\(group)\n", mounts: mounts)
        #expect(memory.files.last == "/sys/fs/cgroup/memory/memory.limit_in_bytes")
        #expect(memory.files.count == (group == "/docker/abc/inner" ? 2 : 1))
    }

    @Test(arguments: ["", "nonsense\n:::\n9:memory\n"]) func whatCannotBeReadLimitsNothing(text: String) {
        #expect(CgroupMemory(membership: text, mounts: text).files.isEmpty)
        #expect(CgroupMemory(membership: "9:memory:/a\n", mounts: memoryMount).limits { _ in "" } == [])
    }

    @Test func theLeastOfAllCounts() {
        let none = UInt64.max
        #expect(
            MemoryAllowance.least(machine: 1000, addressSpace: none, cgroups: [])
                == MemoryAllowance(bytes: 1000, source: .machine))
        #expect(MemoryAllowance.least(machine: 1000, addressSpace: 700, cgroups: [800]).source == .addressSpace)
        let grouped = MemoryAllowance.least(machine: 1000, addressSpace: 700, cgroups: [900, 64])
        #expect(grouped == MemoryAllowance(bytes: 64, source: .cgroup) && grouped.half == 32)
    }

    @Test func thisProcessMayUseSomething() {
        #expect(MemoryAllowance.read().bytes > 1 << 20)
    }
}
